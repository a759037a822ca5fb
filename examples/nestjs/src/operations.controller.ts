import { Controller, Get, Inject } from '@nestjs/common'
import { ANALYTICS, type Analytics } from '@wayside/nestjs'
import { RequestCount } from './request-count.ts'

@Controller()
export class OperationsController {
  readonly #analytics: Analytics
  readonly #count: RequestCount

  constructor(@Inject(ANALYTICS) analytics: Analytics, @Inject(RequestCount) count: RequestCount) {
    this.#analytics = analytics
    this.#count = count
  }

  @Get('health')
  health() {
    return { status: 'ok' }
  }

  @Get('__observed')
  observed() {
    return { observed: this.#count.observed, dropped: this.#analytics.stats().dropped }
  }
}
