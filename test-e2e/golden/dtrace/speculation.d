#pragma D option quiet
#pragma D option nspec=2

BEGIN
{
	first = speculation();
	second = speculation();
	none = speculation();
	printf("%d %d %d", first, second, none);
}

BEGIN
{
	speculate(first);
	printf("kept");
}

BEGIN
{
	speculate(second);
	printf("dropped");
}

BEGIN
{
	discard(second);
}

BEGIN
/second/
{
	speculate(second);
	printf("too late");
}

BEGIN
{
	commit(second);
}

tick-300ms
{
	commit(first);
}

tick-400ms
{
	exit(0);
}
