#pragma D option quiet

BEGIN
{
	@a = min(5);
	@b = max(5);
	@c = avg(5);
	@d = stddev(5);
	@l = lquantize(5, 0, 10, 1);
	@ll = llquantize(500, 10, 1, 2, 20);
	@q["k"] = quantize(5);
	clear(@a);
	clear(@b);
	clear(@c);
	clear(@d);
	clear(@l);
	clear(@ll);
	clear(@q);
	exit(0);
}
