/** Orders that the reader of the home page chooses from. */
export const SORTS = ['publishedAt', 'trending', 'hot', 'likes'] as const
