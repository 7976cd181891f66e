/** Fifty audiences, each in PQL and as a database engineer would write it by hand over the same tables. */

/** An audience in both languages. */
export interface BenchAudience {
  readonly id: string;
  readonly pql: string;
  readonly byHand: HandWritten;
}

/** A condition in SQL, by the pass that answers it. */
export type HandWritten =
  | { readonly pass: 'profiles'; readonly condition: string }
  | { readonly pass: 'events'; readonly condition: string }
  | {
      /** A condition on an aggregate of the events that pass the filter. */
      readonly pass: 'groups';
      readonly aggregate: string;
      readonly filter: string;
      readonly compared: string;
    }
  | { readonly pass: 'audiences'; readonly function: string; readonly left: string; readonly right: string };

/** When the audiences are evaluated. */
export const asOf = Date.UTC(2025, 6, 1);
export const dayMs = 86_400_000;

const daysAgo = (days: number): number => asOf - days * dayMs;
const eventTypes = [
  'commerce.purchases',
  'commerce.productViews',
  'commerce.productListAdds',
  'web.webpagedetails.pageViews',
  'web.webinteraction.linkClicks',
] as const;

function onAttributes(): readonly (readonly [pql: string, sql: string])[] {
  const countries = ['DE', 'US', 'FR', 'GB', 'JP'].flatMap((country, index): [string, string][] => [
    [
      `homeAddress.country = "${country}" and loyalty.points > ${index * 500}`,
      `\`homeAddress/country\` = '${country}' AND \`loyalty/points\` > ${index * 500}`,
    ],
    [
      `homeAddress.country = "${country}" and person.gender = "female" and person.birthYear >= ${1960 + index * 10}`,
      `\`homeAddress/country\` = '${country}' AND \`person/gender\` = 'female' AND \`person/birthYear\` >= ${1960 + index * 10}`,
    ],
  ]);
  const tiers = ['gold', 'silver', 'bronze'].flatMap((tier, index): [string, string][] => [
    [`loyalty.tier = "${tier}"`, `\`loyalty/tier\` = '${tier}'`],
    [
      `loyalty.tier != "${tier}" and person.birthYear < ${1990 - index * 10}`,
      `\`loyalty/tier\` != '${tier}' AND \`person/birthYear\` < ${1990 - index * 10}`,
    ],
  ]);
  const cities = ['10', '25'].map((city): [string, string] => [
    `homeAddress.city in ["City ${city}", "City ${city}1", "City 3"]`,
    `\`homeAddress/city\` IN ('City ${city}', 'City ${city}1', 'City 3')`,
  ]);
  return [
    ...countries,
    ...tiers,
    ...cities,
    ['person.name.firstName.startsWith("Name 1")', "startsWith(`person/name/firstName`, 'Name 1')"],
    ['loyalty.points >= 1000 or loyalty.tier = "gold"', "`loyalty/points` >= 1000 OR `loyalty/tier` = 'gold'"],
  ];
}

function onSingleEvents(): readonly (readonly [pql: string, sql: string])[] {
  return eventTypes.flatMap((type, index): readonly [string, string][] => {
    const windows = [7 + index, 30 + index].map((days): [string, string] => [
      `xEvent[eventType = "${type}" and timestamp occurs <= ${days} days before now].exists()`,
      `eventType = '${type}' AND timestamp BETWEEN ${daysAgo(days)} AND ${asOf}`,
    ]);
    return [
      ...windows,
      [
        `xEvent[eventType = "${type}" and commerce.order.priceTotal > ${50 * index} and timestamp occurs <= 14 days before now].exists()`,
        `eventType = '${type}' AND \`commerce/order/priceTotal\` > ${50 * index} AND timestamp BETWEEN ${daysAgo(14)} AND ${asOf}`,
      ],
      [
        `xEvent[eventType = "${type}" and web.webPageDetails.name = "page ${index}" and timestamp occurs <= 90 days before now].exists()`,
        `eventType = '${type}' AND \`web/webPageDetails/name\` = 'page ${index}' AND timestamp BETWEEN ${daysAgo(90)} AND ${asOf}`,
      ],
    ];
  });
}

function onManyEvents(): readonly Omit<BenchAudience, 'id'>[] {
  return eventTypes.slice(0, 4).flatMap((type, index): Omit<BenchAudience, 'id'>[] => {
    const days = 30 * (index + 1);
    const where = `eventType = "${type}" and timestamp occurs <= ${days} days before now`;
    const filter = `eventType = '${type}' AND timestamp BETWEEN ${daysAgo(days)} AND ${asOf}`;
    return [
      {
        pql: `xEvent[${where}].count() >= ${index + 2}`,
        byHand: { pass: 'groups', aggregate: 'count', filter, compared: `>= ${index + 2}` },
      },
      {
        pql: `xEvent[${where}].sum(commerce.order.priceTotal) > ${200 * (index + 1)}`,
        byHand: {
          pass: 'groups',
          aggregate: 'sum(`commerce/order/priceTotal`)',
          filter,
          compared: `> ${200 * (index + 1)}`,
        },
      },
    ];
  });
}

function onAudiences(): readonly Omit<BenchAudience, 'id'>[] {
  return [
    {
      pql: 'inSegment("audience 0") and inSegment("audience 20")',
      byHand: { pass: 'audiences', function: 'bitmapAnd', left: 'audience 0', right: 'audience 20' },
    },
    {
      pql: 'inSegment("audience 10") and not inSegment("audience 41")',
      byHand: { pass: 'audiences', function: 'bitmapAndnot', left: 'audience 10', right: 'audience 41' },
    },
  ];
}

/** Twenty conditions on attributes, twenty on single events, eight counts and sums, two on other audiences. */
export const benchAudiences: readonly BenchAudience[] = [
  ...onAttributes().map(([pql, condition]) => ({ pql, byHand: { pass: 'profiles' as const, condition } })),
  ...onSingleEvents().map(([pql, condition]) => ({ pql, byHand: { pass: 'events' as const, condition } })),
  ...onManyEvents(),
  ...onAudiences(),
].map((audience, index) => ({ ...audience, id: `audience ${index}` }));
