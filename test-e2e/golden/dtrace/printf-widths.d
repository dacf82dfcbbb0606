#pragma D option quiet

BEGIN
{
	printf("%x %x %x %x\n", (int8_t)-1, (int16_t)-1, (int32_t)-1, (int64_t)-1);
	printf("%d %d %d %d\n", (uint8_t)255, (uint16_t)65535, (uint32_t)4294967295, (uint64_t)-1);
	printf("%u %u %u %u\n", (int8_t)-1, (int16_t)-1, (int32_t)-1, (int64_t)-1);
	printf("%d %u %x %o\n", 0x8000000000000000, 0x8000000000000000, 0x8000000000000000, -1);
	exit(0);
}
