// A lint rule: a word that came from a file, a setting or a person is no key of a plain object. Such an object also "has" what every
// object inherits, so that `constructor`, `toString` and `__proto__` pass for entries; a Map has what was put into it, and
// `Object.hasOwn` asks for that. It needs types: keys that are known words, and numbers, are none of its business.
// test/tooling/ownNames.test.ts proves it.
import ts from 'typescript';

const MESSAGE =
  'Any text may stand here, and a plain object also has "constructor" and other inherited names: use a Map, or Object.hasOwn.';

/**
 * @typedef {import('estree').Node} Node
 * @typedef {{ getTypeAtLocation(node: Node): ts.Type }} Services
 */

/** @type {import('eslint').Rule.RuleModule} */
const ownNames = {
  meta: { type: 'problem', schema: [], messages: { inherited: MESSAGE } },
  create(context) {
    const services = /** @type {Services} */ (context.sourceCode.parserServices);

    /** @param {Node} node whether it may be any text at all */
    const isAnyText = (node) =>
      parts(services.getTypeAtLocation(node)).some(({ flags }) => (flags & ts.TypeFlags.String) !== 0);
    /** @param {Node} node whether it is an object in which texts are looked up; lists are not, and no Map has an index */
    const isTable = (node) =>
      parts(services.getTypeAtLocation(node)).some((type) => type.getStringIndexType() !== undefined);

    return {
      /** @param {import('estree').MemberExpression} node */
      'MemberExpression[computed=true]'(node) {
        if (isTable(node.object) && isAnyText(node.property) && !isMadeHere(node.property)) {
          context.report({ node: node.property, messageId: 'inherited' });
        }
      },
      /** @param {import('estree').BinaryExpression} node */
      "BinaryExpression[operator='in']"(node) {
        if (isAnyText(node.left) && !isMadeHere(node.left)) context.report({ node, messageId: 'inherited' });
      },
    };
  },
};
export default ownNames;

/**
 * @param {ts.Type} type
 * @returns {readonly ts.Type[]}
 */
function parts(type) {
  return type.isUnionOrIntersection() ? type.types.flatMap(parts) : [type];
}

/**
 * A name that is put together with text of our own, such as `${part}ids`.
 *
 * @param {Node} node
 */
function isMadeHere(node) {
  return node.type === 'TemplateLiteral' && node.quasis.some(({ value }) => value.raw !== '');
}
