import { Command } from 'commander';
import { comparisonsOfSeeds } from './comparison.ts';
import { commonOptions, type RecipeOptions } from './recipe-options.ts';
import { RecipeRun } from './recipe-run.ts';
import { recipes } from './recipes.ts';
import { row } from './terminal/words.ts';

let isEnding = false;

const program = new Command('recipe').description(
  'Uses of recurrent networks, each from a corpus to a judged model that answers questions from the terminal or a pipe.',
);

for (const [name, recipe] of Object.entries(recipes)) {
  const command = program.command(name).description(recipe.summary);
  for (const option of [...commonOptions(name, recipe.corpora), ...(recipe.options ?? [])])
    command.addOption(option);
  command.action(async (options: RecipeOptions) => {
    const runs: RecipeRun[] = [];
    const { seeds = 1, seed } = options;
    for (let each = seed; each < seed + seeds; each++) {
      const run = await RecipeRun.begin(name, recipe, { ...options, seed: each });
      await recipe.run(run);
      if (run.isInterrupted) return;
      runs.push(run);
    }
    if (seeds === 1) return;
    const lines = comparisonsOfSeeds(runs.map(({ comparisons }) => comparisons)).flatMap(
      ({ title, rows }) => ['', `${title}:`, ...rows.map(([figure, text]) => row(figure, text))],
    );
    for (const line of lines.slice(options.quiet ? 1 : 0)) console.log(line);
  });
}

// Closing a pipe early (`| head`) ends the program. A running training is saved, as at SIGTERM.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (process.listenerCount('SIGTERM') === 0) process.exit();
  if (!isEnding) process.kill(process.pid, 'SIGTERM');
  isEnding = true;
});

try {
  await program.parseAsync();
} catch (error) {
  console.error(`recipe: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
