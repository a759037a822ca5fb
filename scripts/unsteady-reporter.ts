import type { Reporter, TestModule } from 'vitest/node'

/** Prints the tests that failed once and held when they were run again, so that a second try hides nothing. */
export const UNSTEADY_REPORTER: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        if (test.diagnostic()?.flaky === true) console.log(`Failed once, then held: ${module.relativeModuleId}: ${test.fullName}`)
      }
    }
  },
}
