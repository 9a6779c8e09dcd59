import { captioning } from './captioning/recipe.ts';
import { characters } from './characters/recipe.ts';
import { forecasting } from './forecasting/recipe.ts';
import { inference } from './inference/recipe.ts';
import { names } from './names/recipe.ts';
import { pronunciation } from './pronunciation/recipe.ts';
import type { Recipe } from './recipe.ts';
import { sentiment } from './sentiment/recipe.ts';
import { spam } from './spam/recipe.ts';
import { speech } from './speech/recipe.ts';
import { tagging } from './tagging/recipe.ts';
import { translation } from './translation/recipe.ts';

/** The recipes by name. */
export const recipes: Readonly<Record<string, Recipe>> = {
  pronunciation,
  names,
  sentiment,
  spam,
  inference,
  tagging,
  speech,
  captioning,
  forecasting,
  characters,
  translation,
};
