import { finding } from '../messages/catalogue.ts'
import type { Rule } from './rule.ts'

/** The workbook works in one namespace for each lesson, and puts nothing anywhere else. */
export const namespaces: Rule = (objects, namespace) =>
  objects.flatMap((object) =>
    object.namespace === undefined || object.namespace === namespace
      ? []
      : [
          finding(
            'other-namespace',
            { found: object.namespace, expected: namespace },
            { place: object.place(['metadata', 'namespace']) },
          ),
        ],
  )
