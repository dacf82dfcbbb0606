#pragma D option quiet

BEGIN
{
	printf("[%C][%5C][%-5C][%C][%C][%C]\n", 65, 10, 0, 200, 39, 34);
	printf("[%S][%20S][%-20S][%.3S]\n", "a\"b\\c\001\177\303\251'", "a\tb", "a\tb", "a\tb");
	printf("[%10s][%-10s][%.3s]\n", "h\303\251llo", "h\303\251llo", "h\303\251llo");
	printf("%d%% %%d\n", 5);
	exit(0);
}
