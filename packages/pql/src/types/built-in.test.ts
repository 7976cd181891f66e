import assert from 'node:assert/strict';
import { test } from 'node:test';
import eventDocument from './built-in/event.json' with { type: 'json' };
import profileDocument from './built-in/profile.json' with { type: 'json' };
import { builtInSchema } from './built-in.ts';
import { describeType } from './describe.ts';
import { fieldAt } from './leaves.ts';
import { loadObjectType } from './schema.ts';
import type { ObjectType, PqlType } from './type.ts';

/** Paths with their types: `path: type`, or `path{a,b,c}: type` for several members of one type. */
function check(root: ObjectType, lines: readonly string[]): void {
  const wrong = lines.flatMap((line) => {
    const [, path = '', names, expected = ''] = /^([^{:]*)(?:\{(.*)\})?: (.*)$/.exec(line) ?? [];
    const paths = names === undefined ? [path] : names.split(',').map((name) => `${path}${name}`);
    return paths.flatMap((one) => {
      const type = fieldAt(root, one.split('.'))?.type;
      const got = type === undefined ? 'missing' : describeType(type);
      return got === expected ? [] : [`${one}: ${got}`];
    });
  });
  assert.deepEqual(wrong, []);
}

function valuesAt(root: ObjectType, path: string): readonly string[] {
  return fieldAt(root, path.split('.'))?.values ?? [];
}

/** The object type inside maps and arrays. */
function inner(type: PqlType | undefined): ObjectType {
  if (type?.kind === 'array') return inner(type.element);
  if (type?.kind === 'map') return inner(type.value);
  assert.ok(type?.kind === 'object');
  return type;
}

test('the documents load without a problem', () => {
  assert.deepEqual(loadObjectType(profileDocument).problems, []);
  assert.deepEqual(loadObjectType(eventDocument).problems, []);
});

test('profiles have the fields of a record', () => {
  check(builtInSchema.profile, [
    '{_id,createdByBatchID,modifiedByBatchID,personID,repositoryCreatedBy,repositoryLastModifiedBy}: a string',
    '_repo.{createDate,modifyDate,lastModifiedDate}: a timestamp',
    'extSourceSystemAudit.{createdDate,lastUpdatedDate,lastActivityDate}: a timestamp',
    'extSourceSystemAudit.externalKey.{sourceID,sourceKey,sourceInstanceID,sourceType}: a string',
    'testProfile: a boolean',
    '{preferredLanguage,timeZone}: a string',
  ]);
});

test('profiles have the fields of a person', () => {
  check(builtInSchema.profile, [
    'person.name.{firstName,lastName,middleName,courtesyTitle,suffix,fullName}: a string',
    'person.birthDate: a timestamp',
    'person.{birthYear,birthMonth,birthDay}: a whole number',
    'person.{birthDayAndMonth,gender,maritalStatus,nationality,taxId,firstName}: a string',
    'organizations: an array of strings',
  ]);
  assert.deepEqual(valuesAt(builtInSchema.profile, 'person.gender'), [
    'male',
    'female',
    'not_specified',
    'non_specific',
  ]);
});

test('profiles have addresses, emails and phones', () => {
  for (const address of ['homeAddress', 'workAddress', 'billingAddress', 'mailingAddress', 'shippingAddress']) {
    check(builtInSchema.profile, [
      `${address}.primary: a boolean`,
      `${address}.{label,street1,street2,street3,street4,city,stateProvince,postalCode,country,countryCode}: a string`,
      `${address}.{region,state,postOfficeBox,status,statusReason,countryISO,stateProvinceISO}: a string`,
      `${address}.lastVerifiedDate: a timestamp`,
      `${address}.{dmaID,msaID}: a whole number`,
      `${address}._schema.{latitude,longitude,elevation}: a number`,
    ]);
  }
  for (const email of ['personalEmail', 'workEmail']) {
    check(builtInSchema.profile, [
      `${email}.primary: a boolean`,
      `${email}.{address,label,type,status,statusReason}: a string`,
    ]);
  }
  const phones = ['homePhone', 'mobilePhone', 'workPhone', 'faxPhone', 'shippingAddressPhone', 'billingAddressPhone'];
  for (const phone of phones) {
    check(builtInSchema.profile, [
      `${phone}.primary: a boolean`,
      `${phone}.{countryCode,number,extension,status,statusReason,validity}: a string`,
    ]);
  }
});

test('profiles have loyalty and consents', () => {
  check(builtInSchema.profile, [
    'loyalty.{tier,status,program,nextTier}: a string',
    'loyalty.{points,pointsRedeemed,adjustedPoints,expiredPoints,lifetimePoints,lifetimePurchases}: a number',
    'loyalty.pointsToNextTier: a number',
    'loyalty.{joinDate,tierUpgradeDate,tierExpiryDate}: a timestamp',
    'loyalty.loyaltyID: an array of strings',
    'loyalty.{pointsExpiration,cardsDetails,challenges}: an array of objects',
    'loyalty.rewards: an object',
    'consents.collect.val: a string',
    'consents.share.val: a string',
    'consents.adID.{idType,val}: a string',
    'consents.personalize.content.val: a string',
    'consents.marketing.preferred: a string',
    'consents.metadata.time: a timestamp',
  ]);
  for (const channel of ['any', 'email', 'push', 'sms', 'whatsApp', 'call', 'fax', 'commercialEmail', 'postalMail']) {
    check(builtInSchema.profile, [
      `consents.marketing.${channel}.{val,reason}: a string`,
      `consents.marketing.${channel}.time: a timestamp`,
    ]);
  }
  const idSpecific = fieldAt(builtInSchema.profile, ['consents', 'idSpecific']);
  assert.equal(idSpecific?.type.kind, 'map');
});

test('profiles and events have identities by namespace', () => {
  for (const root of [builtInSchema.profile, builtInSchema.event]) {
    check(root, ['identityMap: a map of arrays of objects']);
    const identity = inner(root.fields.get('identityMap')?.type);
    check(identity, ['{id,authenticatedState}: a string', 'primary: a boolean']);
  }
});

test('profiles have memberships by namespace and audience', () => {
  check(builtInSchema.profile, ['segmentMembership: a map of maps of objects']);
  const membership = inner(builtInSchema.profile.fields.get('segmentMembership')?.type);
  check(membership, ['{status,version}: a string', '{lastQualificationTime,validUntil}: a timestamp']);
  assert.ok(builtInSchema.profile.fields.has('privacyOptOuts') || builtInSchema.profile.fields.has('optInOut'));
});

test('events have their own fields', () => {
  check(builtInSchema.event, [
    '{_id,eventType,producedBy,eventMergeId}: a string',
    'timestamp: a timestamp',
    'channel.{_id,_type,mediaType,mediaAction,mode,typeAtSource,referringSource}: a string',
    'marketing.{trackingCode,campaignName,campaignGroup}: a string',
    'directMarketing.{messageID,hashedEmail}: a string',
  ]);
  const eventTypes = valuesAt(builtInSchema.event, 'eventType');
  for (const standard of [
    'commerce.purchases',
    'commerce.productListAdds',
    'web.webpagedetails.pageViews',
    'web.webinteraction.linkClicks',
    'web.formFilledOut',
    'directMarketing.emailOpened',
    'advertising.clicks',
    'application.launch',
    'media.sessionStart',
    'location.entry',
    'decisioning.propositionDisplay',
    'message.feedback',
    'delivery.feedback',
    'pushTracking.applicationOpened',
    'listOperation.addToList',
    'leadOperation.newLead',
    'opportunityEvent.addToOpportunity',
    'inappmessageTracking.display',
  ]) {
    assert.ok(eventTypes.includes(standard), standard);
  }
});

test('events have the counters of commerce, by their current and older names', () => {
  const counters =
    'checkouts,purchases,productViews,productListViews,productListAdds,productListRemovals,productListOpens,' +
    'productListReopens,saveForLaters,cartAbandons,inStorePurchase,instantPurchase,requisitionListOpens,' +
    'requisitionListAdds,requisitionListRemovals,requisitionListDeletes';
  for (const counter of counters.split(',')) {
    check(builtInSchema.event, [`commerce.${counter}.id: a string`, `commerce.${counter}.value: a number`]);
    check(builtInSchema.event, [`metrics.commerce.${counter}.value: a number`]);
  }
  check(builtInSchema.event, ['metrics.commerce.abandons.value: a number']);
});

test('events have orders and product list items', () => {
  check(builtInSchema.event, [
    'commerce.order.{purchaseID,purchaseOrderNumber,currencyCode,orderType}: a string',
    'commerce.order.{priceTotal,taxAmount,discountAmount,refundTotal}: a number',
    'commerce.order.{payments,refunds}: an array of objects',
    'commerce.order.{createdDate,cancelDate,lastUpdatedDate}: a timestamp',
    'commerce.cart.cartID: a string',
    'commerce.promotionID: a string',
    'commerce.{shipping,billing,commerceScope}: an object',
    'productListItems: an array of objects',
    'productListItems.{SKU,_id,name,currencyCode,product,productImageUrl,productAddMethod}: a string',
    'productListItems.quantity: a whole number',
    'productListItems.{priceTotal,discountAmount,refundAmount}: a number',
    'productListItems.selectedOptions.{attribute,value}: a string',
    'productListItems.productCategories.{categoryID,categoryName,categoryPath}: a string',
  ]);
});

test('events have pages, devices and places', () => {
  check(builtInSchema.event, [
    'web.webPageDetails.{name,viewName,URL,siteSection,server}: a string',
    'web.webPageDetails.{isHomePage,isErrorPage,isPreRendered}: a boolean',
    'web.webPageDetails.pageViews.value: a number',
    'web.webInteraction.{name,URL,type,region}: a string',
    'web.webInteraction.linkClicks.value: a number',
    'web.webReferrer.{URL,type}: a string',
    'device.{type,manufacturer,model,modelNumber,screenOrientation,typeID,typeIDService}: a string',
    'device.{screenHeight,screenWidth,colorDepth}: a whole number',
    'environment.{type,operatingSystem,operatingSystemVersion,connectionType,carrier,domain,ISP,ipV4,ipV6}: a string',
    'environment.browserDetails.{name,vendor,version,userAgent,acceptLanguage}: a string',
    'environment.browserDetails.{viewportHeight,viewportWidth}: a whole number',
    'environment.browserDetails.{cookiesEnabled,javaScriptEnabled}: a boolean',
    'environment._dc.language: a string',
    'placeContext.localTime: a timestamp',
    'placeContext.localTimezoneOffset: a whole number',
    'placeContext.ianaTimezone: a string',
    'placeContext.geo.{countryCode,stateProvince,city,postalCode}: a string',
    'placeContext.geo.{dmaID,msaID}: a whole number',
    'placeContext.geo._schema.{latitude,longitude}: a number',
    'placeContext.POIinteraction.{poiDetail,poiEntries,poiExits}: an object',
    'placeContext.activePOIs: an array of objects',
    '{application,search,advertising,media}: an object',
  ]);
});
