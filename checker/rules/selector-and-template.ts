import { matchesSelector } from '../../cluster/apimachinery/labels.ts'
import type { LabelSelector } from '../../cluster/apimachinery/objects.ts'
import { isMap } from '../files/located.ts'
import { finding } from '../messages/catalogue.ts'
import { labelText, podsInFiles, texts } from './pods-in-files.ts'
import type { Rule } from './rule.ts'

/** What makes pods must find them again: its selector matches the labels of its own template. The API server refuses it else. */
export const selectorAndTemplate: Rule = (objects) =>
  podsInFiles(objects).flatMap(({ object, at, labels }) => {
    const selector = object.at(['spec', 'selector'])
    if (at.length === 0 || object.kind === 'Job' || object.kind === 'CronJob' || !isMap(selector)) return []
    if (Object.keys(selector).length === 0 || matchesSelector(selector as unknown as LabelSelector, labels)) return []
    const wanted = texts(selector.matchLabels)
    const wrong = Object.keys(wanted).find((key) => labels[key] !== wanted[key])
    const path = wrong === undefined ? ['spec', 'selector'] : ['spec', 'selector', 'matchLabels', wrong]
    const there = object.place([...at, 'metadata', 'labels'], 'key')
    return [
      finding(
        'selector-misses-template',
        {
          selector: wrong === undefined ? 'other labels' : `${wrong}=${wanted[wrong]}`,
          labels: labelText(labels),
          kind: object.kind,
        },
        { place: object.place(path), more: [`the labels of its pods are set at ${there.file}:${there.line}`] },
      ),
    ]
  })
