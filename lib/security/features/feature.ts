/** Operations on cases that a privilege may give, each for a list of case owners. */
export type CasesPrivilege =
  | 'create'
  | 'read'
  | 'update'
  | 'delete'
  | 'push'
  | 'settings'
  | 'createComment'
  | 'reopenCase'
  | 'assign';

/** What one privilege of a feature gives. */
export type Grant = {
  /** API privileges, as routes ask for them. */
  api?: readonly string[];
  /** Saved-object types: `all` includes reading. */
  savedObjects?: { all?: readonly string[]; read?: readonly string[] };
  cases?: Partial<Record<CasesPrivilege, readonly string[]>>;
};

export type FeaturePrivilege = Grant & {
  /** A role may name it only for all spaces at once. */
  requireAllSpaces?: true;
  /** It exists in name: it gives nothing, and a role that names it is refused. */
  disabled?: true;
};

export type SubFeature = {
  name: string;
  requireAllSpaces?: true;
  /** By id; `includeIn` says which of the feature's own privileges contains it. */
  privileges: Record<string, Grant & { includeIn: 'all' | 'read' | 'none' }>;
};

/** A Kibana feature: what a role can grant by `feature_<id>.<privilege>`. */
export type Feature = {
  id: string;
  name: string;
  all: FeaturePrivilege;
  read: FeaturePrivilege;
  subFeatures?: readonly SubFeature[];
  /** Privileges for service accounts (`reserved_<id>`); no base privilege contains them. */
  reserved?: Record<string, Grant>;
};
