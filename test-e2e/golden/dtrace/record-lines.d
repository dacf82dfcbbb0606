BEGIN
{
	printf("two\nlines\n");
}

BEGIN
{
	trace(1);
	trace("x");
}

BEGIN
{
}

BEGIN
{
	x = 1;
	@a = count();
}

BEGIN
{
	exit(0);
}

END
{
	printf("end");
}
