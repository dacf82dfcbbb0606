#pragma D option quiet

BEGIN
{
	@a = lquantize(-99999, -5, 10, 4);
	@a = lquantize(99999, -5, 10, 4);
	@b = lquantize(9, 0, 10, 3);
	@c = lquantize(5, 0, 10, 3);
	exit(0);
}
