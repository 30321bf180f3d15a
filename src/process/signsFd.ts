/** The descriptor on which a child gives signs of life, besides the channel: that one is silent while the main thread is busy. */
export const SIGNS_FD = 4;
