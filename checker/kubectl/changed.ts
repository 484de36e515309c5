import { dryRunOf } from './dry-run.ts'
import type { KubeObject } from './objects.ts'
import { objectPrinter } from './output/object-printer.ts'
import { display, type Resource } from './resource.ts'
import type { Session } from './session.ts'

/** Prints what a command did to an object: `deployment.apps/web scaled`, or the object itself where -o asks for it. */
export function printChange(session: Session, resource: Resource, object: KubeObject, verb: string): void {
  const printer = objectPrinter(session.flags.text('output'))
  if (printer) session.io.stdout(printer([{ resource, object }], false))
  else session.print(`${display(resource, object.metadata.name)} ${verb}${dryRunOf(session).suffix}`)
}
