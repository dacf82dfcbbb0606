/* The first jobs of a program that is started for it: no event is missed.
 *
 *   trace run first-jobs.d -c 'node jobs.mjs'
 */
#pragma D option quiet

int jobs;

jobs$target:::job-start
{
	printf("job %d is a %s\n", arg0, copyinstr(arg1));
	jobs++;
}

jobs$target:::job-start
/jobs == 4/
{
	exit(0);
}
