import type { PageAnswer, PageQuestion } from '../api/page-question.ts'
import type { Page } from '../state/page.ts'

/** What a view draws: an answer, and what it answers. */
export interface ViewProps {
  readonly page: Page
  readonly question: PageQuestion
  readonly answer: PageAnswer
}
