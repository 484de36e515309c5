/** The lessons, in their order. A lesson's own code is loaded when it is opened or checked. */
import type { Lesson } from '../checker/lesson/lesson.ts'

export interface LessonEntry {
  readonly number: number
  /** Name of its folder in lessons/, solutions/ and workspace/. */
  readonly slug: string
  readonly title: string
  load(): Promise<Lesson>
}

const titles: Readonly<Record<string, string>> = {
  '01-what-is-kubernetes': 'What is Kubernetes? A tour',
  '02-a-server-you-can-run-twice': 'A server you can run twice',
  '03-your-first-deployment': 'Your first Deployment',
  '04-one-door-to-many-pods': 'One door to many pods',
  '05-self-healing': 'Self-healing',
  '06-configuration-without-rebuilding': 'Configuration without rebuilding',
  '07-scaling': 'Scaling',
  '08-updating-without-downtime': 'Updating without downtime',
  '09-declare-dont-command': "Declare, don't command",
  '10-from-borg-to-everywhere': 'From Borg to everywhere',
}

export const lessons: readonly LessonEntry[] = Object.entries(titles).map(([slug, title]) => ({
  number: Number(slug.slice(0, 2)),
  slug,
  title,
  load: async () => ((await import(`./${slug}/lesson.ts`)) as { readonly default: Lesson }).default,
}))
