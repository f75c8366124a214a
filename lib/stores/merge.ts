export { isObject, type JsonObject, mergeObjects } from '../json/merge.ts';
