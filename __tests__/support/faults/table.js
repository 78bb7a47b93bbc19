'use strict';

/** The names of the folder whose tests are faults, one each. */
const FOLDER = /__tests__[\\/]faults[\\/]/;

/** A Jest reporter that shows how many faults there were and how many the package survived. */
class FaultTable {
  onRunComplete(_contexts, { testResults }) {
    const groups = new Map();
    for (const { testFilePath, testResults: faults } of testResults) {
      if (!FOLDER.test(testFilePath)) continue;
      for (const { ancestorTitles, status } of faults) {
        if (status !== 'passed' && status !== 'failed') continue;
        const name = ancestorTitles.join(' ');
        const group = groups.get(name) ?? { faults: 0, survived: 0 };
        group.faults++;
        if (status === 'passed') group.survived++;
        groups.set(name, group);
      }
    }
    if (groups.size === 0) return;
    const rows = [...groups].map(([name, { faults, survived }]) => [name, faults, survived]);
    const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
    const table = [['faults', 'cases', 'survived'], ...rows, ['all', sum(1), sum(2)]];
    const width = Math.max(...table.map(([name]) => name.length));
    const lines = table.map(([name, ...counts]) =>
      [name.padEnd(width), ...counts.map((count) => String(count).padStart(8))].join(' '),
    );
    process.stderr.write(`\n${lines.join('\n')}\n\n`);
  }
}

module.exports = FaultTable;
