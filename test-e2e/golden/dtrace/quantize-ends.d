#pragma D option quiet

BEGIN
{
	@least = quantize(-9223372036854775807 - 1);
	@greatest = quantize(9223372036854775807);
	@one = quantize(1);
	exit(0);
}
