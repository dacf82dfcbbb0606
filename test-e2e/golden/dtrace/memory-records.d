#pragma D option quiet

struct inner { char c; short s; long l; char t; };
struct s { int a; char b; int c:3; int d:5; int e[3]; struct { long f; } g; };
struct bits { int a:4; int b:28; int c:1; unsigned int d:31; char e:2; long g:40; };
union both { int whole; char parts[4]; };
enum state { IDLE, BUSY = 5, DONE };

struct s gs;
struct bits bf;
union both u;
enum state state;
int numbers[5];
char name[8];

BEGIN
{
	printf("%d %d %d %d\n", sizeof (struct inner), sizeof (struct s), sizeof (struct bits), offsetof(struct s, g));
	gs.a = 3;
	gs.c = 5;
	gs.d = 7;
	gs.e[1] = 9;
	printf("%d %d %d %d\n", gs.a, gs.c, gs.d, gs.e[1]);
	trace(gs);
	bf.a = -1;
	bf.b = -2;
	bf.c = 1;
	bf.d = 0x7fffffff;
	bf.e = 1;
	bf.g = -5;
	printf("\n%d %d %d %d %d %d\n", bf.a, bf.b, bf.c, bf.d, bf.e, bf.g);
	u.whole = 0x01020304;
	printf("%d %d\n", u.parts[0], u.parts[3]);
	state = DONE;
	printf("%d %d %d\n", state, sizeof (enum state), state == DONE);
	numbers[2] = 4;
	printf("%d %d ", numbers[2]++, ++numbers[2]);
	numbers[2] *= 3;
	printf("%d\n", numbers[2]);
	trace(numbers);
	name[0] = 'a';
	name[1] = 'b';
	printf("%s %s\n", name, stringof(name));
	exit(0);
}
