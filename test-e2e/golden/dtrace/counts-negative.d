#pragma D option quiet

BEGIN
{
	@left = quantize(1, -5);
	@left = quantize(4, -6);
	@both = quantize(1, -5);
	@both = quantize(4, 6);
	@none = quantize(1, -5);
	@none = quantize(1, 5);
	@linear = lquantize(7, 0, 10, 3, -2);
	exit(0);
}
