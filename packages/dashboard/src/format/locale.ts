/**
 * The locale of every number, date and name on the page. It follows the page's words, which are English: a browser's
 * own locale would put German month names into English sentences, and would make two readers of one screen differ.
 */
export const PAGE_LOCALE = 'en-GB'
