#pragma D option quiet

BEGIN
{
	@a["x"] = sum(3);
	@a["y"] = sum(3);
	@a["z"] = sum(1);
	@b["x"] = sum(1);
	@b["y"] = sum(0);
	@b["z"] = sum(9);
	printa("%s %@d %@d\n", @a, @b);
	printa("%s %@d %@d %@d\n", @a, @b);
	printa("%s %@d\n", @b, @a);
	printa(@b, @a);
	exit(0);
}
