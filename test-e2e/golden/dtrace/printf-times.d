#pragma D option quiet

/* The second of each is in another year than its week. */
BEGIN
{
	printf("%Y|%25Y|%-25Y|\n", (uint64_t)0, (uint64_t)1609459200000000000, (uint64_t)1700000000123456789);
	printf("%T|%35T|%-35T|\n", (uint64_t)0, (uint64_t)1609459200000000000, (uint64_t)1700000000123456789);
	exit(0);
}
