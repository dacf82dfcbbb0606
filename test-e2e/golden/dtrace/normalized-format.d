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
	normalize(@s, 2);
	normalize(@a, 2);
	normalize(@mi, 2);
	normalize(@ma, 2);
	normalize(@sd, 2);
	normalize(@c, 2);
	printa("%@d|%@d|%@d|%@d|%@d|%@5d\n", @s, @a, @mi, @ma, @sd, @c);
	printa("%@u|%@x|%@u|%@x|%@u|%-@5d|\n", @s, @a, @mi, @ma, @sd, @c);
	exit(0);
}
