import { Session } from 'node:inspector/promises';

/** Microseconds that each part of a process took, by its name. */
export type Profile = Record<string, number>;

/** Microseconds between two samples. */
const INTERVAL = 200;

const session = new Session();

/** Starts to take samples of what this process does. */
export async function startProfile(): Promise<void> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
  await session.post('Profiler.start');
}

/** Stops, and adds the samples up. */
export async function stopProfile(): Promise<Profile> {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parts: Profile = {};
  profile.samples?.forEach((id, index) => {
    const { url = '', functionName = '' } = frames.get(id) ?? {};
    if (functionName === '(idle)') return;
    const part = partOf(url, functionName);
    parts[part] = (parts[part] ?? 0) + (profile.timeDeltas?.[index] ?? 0);
  });
  return parts;
}

/** A function of this package's, another package, a module of Node's, or a function of V8's. */
function partOf(url: string, functionName: string): string {
  const [, own] = /\/dist\/cjs\/(.+)$/.exec(url) ?? [];
  if (own !== undefined) return `ours: ${own} ${functionName || '(anonymous)'}`;
  const [, dependency] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  if (dependency !== undefined) return dependency;
  if (url.startsWith('node:'))
    return `node: ${/(?:_http|streams?|net|events)/.exec(url)?.[0] ?? 'others'}`;
  return url === '' ? functionName : 'the bench';
}
