import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.js';
import { diff, type Run } from './diff.js';
import { environment, environmentText } from './environment.js';
import { attackMode } from './modes/attack.js';
import { cluster } from './modes/cluster.js';
import { coldStart } from './modes/cold-start.js';
import { growth } from './modes/growth.js';
import { memory } from './modes/memory.js';
import { profile } from './modes/profile.js';
import { ablations, endpoint, variants } from './modes/variants.js';
import { type Mode, OPTIONS, type Settings, settingsOf } from './settings.js';
import { VARIANTS_OF } from './variants/table.js';

/** The figures that docs/performance.md is written from. */
const RESULTS = join(__dirname, '..', 'results');

const MODES: Record<string, Mode<Partial<Settings>>> = {
  variants,
  endpoint,
  ablations,
  attack: attackMode,
  'cold-start': coldStart,
  growth,
  cluster,
  memory,
  profile,
};

const HELP = `Measures token requests on loopback: upstream, server and load, each a process of its own.

  npm run bench -- [MODE] [--quick] [--json FILE] [OPTION ...]
  npm run bench -- diff FILE FILE

Modes
${Object.entries(MODES)
  .map(([name, { about }], i) => `  ${name.padEnd(12)}${about}${i === 0 ? ' (the default)' : ''}`)
  .join('\n')}
  diff        two files that --json wrote of variants, endpoint or ablations; exits with 1 if
              something costs more, beyond the noise of the two runs

Options; each mode takes those that it has defaults for
  --quick               a quick look, less exact
  --json FILE           writes all figures to a file
  --save                writes figures and tables to bench/results
  --rounds N            measurements of each kind, turn and turn about
  --seconds N           how long one takes; of memory, all of it
  --warm-up N           answers that a server gives before it is measured
  --variants A,B        of ${Object.values(VARIANTS_OF).flat().join(', ')}
  --delays N,N          milliseconds until upstream replies
  --connections N,N     of the load, each with one request at a time
  --max-concurrent N,N  of the client

Defaults; in brackets what --quick changes
${Object.entries(MODES)
  .map(([name, { defaults, quick }]) => `  ${name.padEnd(12)}${flags(defaults)} [${flags(quick)}]`)
  .join('\n')}
`;

function flags(settings: Partial<Settings>): string {
  return Object.entries(settings)
    .filter(([name]) => name !== 'variants')
    .map(([name, value]) => `--${OPTIONS[name as keyof Settings][0]} ${String(value)}`)
    .join(' ');
}

async function main(): Promise<void> {
  const flagNames = Object.values(OPTIONS).map(([flag]) => [flag, { type: 'string' }] as const);
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...Object.fromEntries(flagNames),
      ...{
        help: { type: 'boolean' },
        quick: { type: 'boolean' },
        json: { type: 'string' },
        save: { type: 'boolean' },
      },
    },
  });
  const {
    help = false,
    quick = false,
    save = false,
    json,
  } = values as Record<string, string | boolean>;
  const [name = 'variants', ...files] = positionals;
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  if (name === 'diff') {
    const [before, after] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Run);
    if (!before || !after || files.length !== 2) throw new Error('diff takes two files');
    const { report, isWorse } = diff(before, after);
    process.stdout.write(report);
    if (isWorse) process.exitCode = 1;
    return;
  }
  const mode = MODES[name];
  if (!mode || files.length > 0) throw new Error(`no such mode: ${positionals.join(' ')}`);
  const settings = settingsOf(mode, quick === true, values);

  process.stderr.write('Building ...\n');
  await build();
  const made = environment();
  const { data, report } = await mode.run(settings);
  const text = `${environmentText(made)}\n${report}`;
  process.stdout.write(text);
  const run: Run = { mode: name, settings, environment: made, data };
  if (typeof json === 'string') writeFileSync(json, formatRun(run));
  if (save) {
    writeFileSync(join(RESULTS, `${name}.json`), formatRun(run));
    writeFileSync(join(RESULTS, `${name}.md`), `# npm run bench -- ${name}\n\n${text}`);
  }
}

/** One measurement a line, and no more digits than mean something. */
function formatRun({ data, ...about }: Run): string {
  const round = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
  const lines = (data as readonly unknown[]).map((one) => JSON.stringify(one, round));
  const head = JSON.stringify(about).slice(0, -1);
  return `${head},"data":[\n${lines.join(',\n')}\n]}\n`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
