/** The password of every user that tests create. */
export const PASSWORD = 'changeme';

/**
 * Its bcrypt hash of the lowest cost there is: a real one, which Elasticsearch takes as well, and which does not cost every
 * test file 100 ms. What the real cost is for is tested where passwords are.
 */
export const PASSWORD_HASH = '$2a$04$tsYLo9msWp8yYMHoCDbj7.HJkMpra6AM8/ySrkDBin2jVakzjpoXm';
