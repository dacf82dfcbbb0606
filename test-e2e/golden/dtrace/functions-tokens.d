#pragma D option quiet
BEGIN
{
	printf("[%s]", strtok("a,b;;c", ",;"));
	printf("[%s]", strtok(NULL, ",;"));
	printf("[%s]\n", strtok(NULL, ";"));
	printf("%x %x %x\n", htons(0x1234), htonl(0x12345678), htonll(0x123456789abcdef0));
	printf("%x %x %x\n", ntohs(0x1234), ntohl(0x12345678), ntohll(0x1234));
	printf("%d %d\n", getmajor(0x12345678), getminor(0x12345678));
	printf("%d\n", progenyof(1234567890));
	printf("%d %d\n", strtok("a", "a") == NULL, "a" != NULL);
	printf("%d\n", sizeof (rand()));
	printf("[%s][%s][%s]\n", substr("foobar", -3), substr("foobar", 2, -1), substr("foobar", 7));
	printf("[%s][%s][%s]\n", substr("foobar", -10, 5), substr("foobar", -10, 2), substr("foobar", -10));
	printf("[%s][%s][%s]\n", substr("foobar", -10, -1), substr("foobar", 0, -10), substr("foobar", -3, -1));
	printf("%d %d %d\n", index("foobarbaz", "", 2), index("foobarbaz", "", 9), index("foobarbaz", "", 10));
	printf("%d %d %d\n", index("foobarbaz", "ba", -4), rindex("foobarbaz", "", 4), rindex("foobarbaz", "ba", 4));
	printf("%d %d %d %d\n", rindex("foobarbaz", ""), rindex("foobarbaz", "", 20), rindex("foobar", "", -1), rindex("foobar", "foobarx"));
	exit(0);
}
