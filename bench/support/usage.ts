/** What a process has used of the machine. */
export interface Usage {
  /** Microseconds, user and system, of all its threads. */
  cpu: number;
  /** Bytes of resident memory. */
  resident: number;
}

/** Of this process, up to now. */
export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, resident: process.memoryUsage.rss() };
}
