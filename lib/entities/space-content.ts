import { goesByRow, type SpaceContent } from '../stores/leave-space.ts';
import { engineKeysIn } from './entity-store.ts';
import { riskEngineKeysIn } from './risk-engine.ts';

/** The engines of a space's entity store; the entities themselves stay. */
export const entityEngines: SpaceContent = goesByRow('Entities', engineKeysIn);

/** The way to the settings of a space's risk engine, which are a saved object. */
export const riskEngine: SpaceContent = goesByRow('Entities', riskEngineKeysIn);
