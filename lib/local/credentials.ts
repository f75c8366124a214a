/** Emulators take any credentials; DynamoDB Local keeps a store of its own for each access key. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
export const LOCAL_REGION = 'eu-central-1';
