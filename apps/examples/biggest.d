/* Every second the two kinds of jobs that moved most bytes. The first argument says for how many seconds:
 *
 *   trace run biggest.d 5 -p PID
 */
#pragma D option quiet

int seconds;

jobs*:::job-done
{
	@bytes[copyinstr(arg1)] = sum(arg2);
}

tick-1s
{
	trunc(@bytes, 2);
	printf("%Y\n", walltimestamp);
	printa("  %-10s %@12d bytes\n", @bytes);
	clear(@bytes);
	seconds++;
}

tick-1s
/seconds >= $1/
{
	exit(0);
}
