import { describe, expect, it } from 'vitest';
import { absentNode } from '../../src/backend/raw-node.js';

describe('absentNode', () => {
  it('has neither data, children nor stat', () => {
    expect(absentNode('/a')).toEqual({ path: '/a', data: null, children: new Map(), stat: null });
  });
});
