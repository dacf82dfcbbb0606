#pragma D option quiet

BEGIN
{
	@q["a"] = quantize(5);
	@q["b"] = quantize(50);
	printa("%10s|%@20d|\n", @q);
	exit(0);
}
