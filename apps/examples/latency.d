/* How long jobs take, by kind, in microseconds; and how many were done.
 *
 *   trace run latency.d -p PID
 */
#pragma D option quiet

jobs*:::job-start
{
	start[arg0] = timestamp;
}

jobs*:::job-done
/start[arg0]/
{
	@took[copyinstr(arg1)] = quantize((timestamp - start[arg0]) / 1000);
	@done[copyinstr(arg1)] = count();
	start[arg0] = 0;
}

END
{
	printa(@took);
	printa("%-10s %@8d done\n", @done);
}
