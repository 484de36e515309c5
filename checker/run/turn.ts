import type { Observer } from '../check/observer.ts'
import type { ExerciseResult } from '../check/result.ts'
import type { Screen } from '../report/screen.ts'

/** Keeps what a check has to tell until it is its turn on the screen; from then on it is told as it comes. */
export class Turn {
  readonly #told: ((screen: Screen) => void)[] = []
  #screen: Screen | undefined

  readonly observer: Observer = {
    onFiles: (...told) => this.#tell((screen) => screen.onFiles(...told)),
    onApplied: (...told) => this.#tell((screen) => screen.onApplied(...told)),
    onCheckStart: () => this.#tell((screen) => screen.onCheckStart()),
    onCheck: (...told) => this.#tell((screen) => screen.onCheck(...told)),
    onWait: (...told) => this.#screen?.onWait(...told),
  }

  begin(screen: Screen): void {
    this.#screen = screen
    for (const tell of this.#told) tell(screen)
  }

  finish(result: ExerciseResult): void {
    this.#tell((screen) => screen.finish(result))
  }

  #tell(tell: (screen: Screen) => void): void {
    if (this.#screen) tell(this.#screen)
    else this.#told.push(tell)
  }
}
