#pragma D option quiet

BEGIN
{
	@a["x"] = count();
	@b["y"] = avg(3);
	@c["y"] = min(3);
	@d["y"] = quantize(7);
	@e["x"] = lquantize(3, 0, 10, 2);
	@f["x"] = llquantize(3, 10, 0, 1, 10);
	@g["x"] = stddev(3);
	printa(@a, @b, @c, @d, @e, @f, @g);
	printa("%s %@d %@d %@d %@d\n", @a, @b, @c, @d);
	exit(0);
}
