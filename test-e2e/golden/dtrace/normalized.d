#pragma D option quiet

BEGIN
{
	@s = sum(-5);
	@a = avg(-5);
	@mi = min(-7);
	@ma = max(-9);
	@sd = stddev(-5);
	@sd = stddev(100);
	@c = count();
	@q = quantize(1, 7);
	@q = quantize(100, 2);
	normalize(@s, 2);
	normalize(@a, 2);
	normalize(@mi, 2);
	normalize(@ma, 2);
	normalize(@sd, 2);
	normalize(@c, 2);
	normalize(@q, 3);
	exit(0);
}
