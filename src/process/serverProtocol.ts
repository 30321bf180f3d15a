/** Raised whenever an editor could not talk to a server of before, or an older editor not to this one. */
export const SERVER_PROTOCOL = 1;

/** The header in which an editor says who asks: of its requests only the newest is wanted, and its texts are its own. */
export const CLIENT_HEADER = 'x-infill-client';

/** Say which model answered, and which of the client's texts took part: what the client knows of both may be out of date. */
export const MODEL_HEADER = 'x-infill-model';
export const PROJECT_HEADER = 'x-infill-project';
