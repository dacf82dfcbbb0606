BEGIN
{
	@a["x"] = count();
	@b["left"] = count();
	printa(@a);
	printa("%s %@d\n", @a);
	printf("hi");
	trace(3);
	exit(0);
}
