BEGIN
{
	@a["k"] = sum(12);
}

BEGIN
{
	normalize(@a, 4);
}

BEGIN
{
	denormalize(@a);
}

BEGIN
{
	clear(@a);
}

BEGIN
{
	trunc(@a, 1);
}

BEGIN
{
	exit(0);
}
