import { expect, test } from 'vitest'
import { boundText } from './index.ts'

test('short text stays as it is', () => expect(boundText('abc', 3)).toBe('abc'))
test('long text is cut', () => expect(boundText('abcd', 3)).toBe('abc'))
test('a pair of surrogates is not cut in two', () => expect(boundText('ab😀', 3)).toBe('ab'))
test('a lone surrogate is replaced', () => expect(boundText('a\ud800', 9)).toBe('a\ufffd'))
