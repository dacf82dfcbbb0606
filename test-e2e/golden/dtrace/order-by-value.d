#pragma D option quiet

BEGIN
{
	@c[(int8_t)-1] = count();
	@c[(int8_t)5] = count();
	@c[(int8_t)-128] = count();
	@s["b", 1] = sum(4);
	@s["a", 2] = sum(4);
	@s["a", -1] = sum(4);
	@s["z", 0] = sum(-4);
	@m["a"] = max(-3);
	@m["b"] = max(4);
	@avg["a"] = avg(10);
	@avg["a"] = avg(11);
	@avg["b"] = avg(10);
	@sd["b"] = stddev(10);
	@sd["b"] = stddev(50);
	@sd["a"] = stddev(10);
	exit(0);
}
