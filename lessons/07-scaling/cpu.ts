import { Quantity } from '../../cluster/apimachinery/quantity.ts'

/** Thousandths of a processor. NaN for what is no quantity. */
export function cpuOf(value: unknown): number {
  try {
    return Number(Quantity.parse(String(value)).milliValue())
  } catch {
    return Number.NaN
  }
}
