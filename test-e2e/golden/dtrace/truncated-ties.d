#pragma D option quiet

BEGIN
{
	@most["b"] = count();
	@most["a"] = count();
	@most["c"] = count();
	trunc(@most, 2);
	@least["b"] = count();
	@least["a"] = count();
	@least["c"] = count();
	trunc(@least, -2);
	exit(0);
}
