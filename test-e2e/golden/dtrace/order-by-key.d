#pragma D option aggsortkey
#pragma D option aggsortkeypos=1
#pragma D option quiet

BEGIN
{
	@a["x", 1, 7] = sum(3);
	@a["a", 5, 8] = sum(4);
	@a["b", 3, 6] = sum(1);
	@b["z", 0, 0] = sum(2);
	exit(0);
}
