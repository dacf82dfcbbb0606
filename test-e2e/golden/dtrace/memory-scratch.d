#pragma D option quiet

BEGIN
{
	p = (int *)alloca(8);
	p[1] = 3;
	printf("%d %d %d\n", *(p + 1), p[1], (int)(&p[1] - p));
	c = (char *)alloca(8);
	c[0] = 'A';
	d = c + 1;
	*d = 66;
	printf("%s %d %d\n", stringof(c), d - c, d > c);
	bcopy("abcdefg", c, 8);
	printf("%s %d\n", stringof(c), "xyz"[1]);
	tracemem(alloca(20), 20);
}

BEGIN
{
	d = (char *)alloca(8);
	d[8] = 1;
}

BEGIN
{
	stale = c[0];
}

BEGIN
{
	a = alloca(200);
	b = alloca(57);
}

BEGIN
{
	missing = (int *)0;
	trace(*missing);
}

BEGIN
{
	q = copyin((uintptr_t)16, 4);
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("fault %d %d\n", arg4, arg5);
}
