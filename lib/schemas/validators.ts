// @ts-nocheck -- compiled by Ajv from checked.ts, see CONTRIBUTING.md
export const tokenRequest = validate10;
const schema11 = {"type":"object","required":["parameters"],"additionalProperties":false,"properties":{"parameters":{"type":"string"},"clientId":{"type":"string"},"clientSecret":{"type":"string"},"clientCertificate":{"type":"string"},"clientCertificatePath":{"type":"array","items":{"type":"string"}},"properties":{"type":"string"},"dpop":{"type":"string"},"htm":{"type":"string"},"htu":{"type":"string"},"accessToken":{"type":"string"},"jwtAtClaims":{"type":"string"},"oauthClientAttestation":{"type":"string"},"oauthClientAttestationPop":{"type":"string"},"accessTokenDuration":{"type":"integer"},"refreshTokenDuration":{"type":"integer"},"dpopNonceRequired":{"type":"boolean"},"cimdOptions":{"type":"object","required":[],"additionalProperties":false,"properties":{"alwaysRetrieved":{"type":"boolean"},"httpPermitted":{"type":"boolean"},"queryPermitted":{"type":"boolean"}}}}};
const func2 = Object.prototype.hasOwnProperty;

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.parameters === undefined) && (missing0 = "parameters")){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema11.properties, key0))){
validate10.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.parameters !== undefined){
const _errs2 = errors;
if(typeof data.parameters !== "string"){
validate10.errors = [{instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.clientId !== undefined){
const _errs4 = errors;
if(typeof data.clientId !== "string"){
validate10.errors = [{instancePath:instancePath+"/clientId",schemaPath:"#/properties/clientId/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.clientSecret !== undefined){
const _errs6 = errors;
if(typeof data.clientSecret !== "string"){
validate10.errors = [{instancePath:instancePath+"/clientSecret",schemaPath:"#/properties/clientSecret/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.clientCertificate !== undefined){
const _errs8 = errors;
if(typeof data.clientCertificate !== "string"){
validate10.errors = [{instancePath:instancePath+"/clientCertificate",schemaPath:"#/properties/clientCertificate/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.clientCertificatePath !== undefined){
let data4 = data.clientCertificatePath;
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data4)){
var valid1 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
const _errs12 = errors;
if(typeof data4[i0] !== "string"){
validate10.errors = [{instancePath:instancePath+"/clientCertificatePath/" + i0,schemaPath:"#/properties/clientCertificatePath/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs12 === errors;
if(!valid1){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/clientCertificatePath",schemaPath:"#/properties/clientCertificatePath/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.properties !== undefined){
const _errs14 = errors;
if(typeof data.properties !== "string"){
validate10.errors = [{instancePath:instancePath+"/properties",schemaPath:"#/properties/properties/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dpop !== undefined){
const _errs16 = errors;
if(typeof data.dpop !== "string"){
validate10.errors = [{instancePath:instancePath+"/dpop",schemaPath:"#/properties/dpop/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.htm !== undefined){
const _errs18 = errors;
if(typeof data.htm !== "string"){
validate10.errors = [{instancePath:instancePath+"/htm",schemaPath:"#/properties/htm/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.htu !== undefined){
const _errs20 = errors;
if(typeof data.htu !== "string"){
validate10.errors = [{instancePath:instancePath+"/htu",schemaPath:"#/properties/htu/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.accessToken !== undefined){
const _errs22 = errors;
if(typeof data.accessToken !== "string"){
validate10.errors = [{instancePath:instancePath+"/accessToken",schemaPath:"#/properties/accessToken/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.jwtAtClaims !== undefined){
const _errs24 = errors;
if(typeof data.jwtAtClaims !== "string"){
validate10.errors = [{instancePath:instancePath+"/jwtAtClaims",schemaPath:"#/properties/jwtAtClaims/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs24 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.oauthClientAttestation !== undefined){
const _errs26 = errors;
if(typeof data.oauthClientAttestation !== "string"){
validate10.errors = [{instancePath:instancePath+"/oauthClientAttestation",schemaPath:"#/properties/oauthClientAttestation/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs26 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.oauthClientAttestationPop !== undefined){
const _errs28 = errors;
if(typeof data.oauthClientAttestationPop !== "string"){
validate10.errors = [{instancePath:instancePath+"/oauthClientAttestationPop",schemaPath:"#/properties/oauthClientAttestationPop/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.accessTokenDuration !== undefined){
let data14 = data.accessTokenDuration;
const _errs30 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate10.errors = [{instancePath:instancePath+"/accessTokenDuration",schemaPath:"#/properties/accessTokenDuration/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
var valid0 = _errs30 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.refreshTokenDuration !== undefined){
let data15 = data.refreshTokenDuration;
const _errs32 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate10.errors = [{instancePath:instancePath+"/refreshTokenDuration",schemaPath:"#/properties/refreshTokenDuration/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
var valid0 = _errs32 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dpopNonceRequired !== undefined){
const _errs34 = errors;
if(typeof data.dpopNonceRequired !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/dpopNonceRequired",schemaPath:"#/properties/dpopNonceRequired/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cimdOptions !== undefined){
let data17 = data.cimdOptions;
const _errs36 = errors;
if(errors === _errs36){
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
const _errs38 = errors;
for(const key1 in data17){
if(!(((key1 === "alwaysRetrieved") || (key1 === "httpPermitted")) || (key1 === "queryPermitted"))){
validate10.errors = [{instancePath:instancePath+"/cimdOptions",schemaPath:"#/properties/cimdOptions/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs38 === errors){
if(data17.alwaysRetrieved !== undefined){
const _errs39 = errors;
if(typeof data17.alwaysRetrieved !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/cimdOptions/alwaysRetrieved",schemaPath:"#/properties/cimdOptions/properties/alwaysRetrieved/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid2 = _errs39 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data17.httpPermitted !== undefined){
const _errs41 = errors;
if(typeof data17.httpPermitted !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/cimdOptions/httpPermitted",schemaPath:"#/properties/cimdOptions/properties/httpPermitted/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid2 = _errs41 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data17.queryPermitted !== undefined){
const _errs43 = errors;
if(typeof data17.queryPermitted !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/cimdOptions/queryPermitted",schemaPath:"#/properties/cimdOptions/properties/queryPermitted/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid2 = _errs43 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cimdOptions",schemaPath:"#/properties/cimdOptions/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}

export const tokenResponse = validate11;
const schema12 = {"type":"object","required":["action"],"properties":{"resultCode":{"type":"string","nullable":true},"resultMessage":{"type":"string","nullable":true},"action":{"type":"string","enum":["INTERNAL_SERVER_ERROR","INVALID_CLIENT","BAD_REQUEST","PASSWORD","OK","TOKEN_EXCHANGE","JWT_BEARER","NATIVE_SSO","ID_TOKEN_REISSUABLE"]},"responseContent":{"type":"string","nullable":true},"username":{"type":"string","nullable":true},"password":{"type":"string","nullable":true},"ticket":{"type":"string","nullable":true}},"allOf":[{"if":{"type":"object","properties":{"action":{"const":"INTERNAL_SERVER_ERROR"}}},"then":{"type":"object","required":["responseContent"],"properties":{"responseContent":{"type":"string","minLength":1}}}},{"if":{"type":"object","properties":{"action":{"const":"INVALID_CLIENT"}}},"then":{"type":"object","required":["responseContent"],"properties":{"responseContent":{"type":"string","minLength":1}}}},{"if":{"type":"object","properties":{"action":{"const":"BAD_REQUEST"}}},"then":{"type":"object","required":["responseContent"],"properties":{"responseContent":{"type":"string","minLength":1}}}},{"if":{"type":"object","properties":{"action":{"const":"PASSWORD"}}},"then":{"type":"object","required":["username","password","ticket"],"properties":{"username":{"type":"string","minLength":0},"password":{"type":"string","minLength":0},"ticket":{"type":"string","minLength":1}}}},{"if":{"type":"object","properties":{"action":{"const":"OK"}}},"then":{"type":"object","required":["responseContent"],"properties":{"responseContent":{"type":"string","minLength":1}}}},{"if":{"type":"object","properties":{"action":{"const":"TOKEN_EXCHANGE"}}},"then":{"type":"object","required":[],"properties":{}}},{"if":{"type":"object","properties":{"action":{"const":"JWT_BEARER"}}},"then":{"type":"object","required":[],"properties":{}}},{"if":{"type":"object","properties":{"action":{"const":"NATIVE_SSO"}}},"then":{"type":"object","required":[],"properties":{}}},{"if":{"type":"object","properties":{"action":{"const":"ID_TOKEN_REISSUABLE"}}},"then":{"type":"object","required":["responseContent"],"properties":{"responseContent":{"type":"string","minLength":1}}}}]};

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs1 = errors;
const _errs2 = errors;
let valid1 = true;
const _errs3 = errors;
if(errors === _errs3){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.action !== undefined){
if("INTERNAL_SERVER_ERROR" !== data.action){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
}
else {
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs6 = errors;
if(errors === _errs6){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.responseContent === undefined) && (missing0 = "responseContent")){
validate11.errors = [{instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.responseContent !== undefined){
let data1 = data.responseContent;
const _errs8 = errors;
if(errors === _errs8){
if(typeof data1 === "string"){
if(data1.length < 1){
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/0/then/properties/responseContent/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/0/then/properties/responseContent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/allOf/0/then/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var _valid0 = _errs6 === errors;
valid1 = _valid0;
}
if(!valid1){
const err2 = {instancePath,schemaPath:"#/allOf/0/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid0 = _errs1 === errors;
if(valid0){
const _errs10 = errors;
const _errs11 = errors;
let valid4 = true;
const _errs12 = errors;
if(errors === _errs12){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.action !== undefined){
if("INVALID_CLIENT" !== data.action){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var _valid1 = _errs12 === errors;
errors = _errs11;
if(vErrors !== null){
if(_errs11){
vErrors.length = _errs11;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs15 = errors;
if(errors === _errs15){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.responseContent === undefined) && (missing1 = "responseContent")){
validate11.errors = [{instancePath,schemaPath:"#/allOf/1/then/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
if(data.responseContent !== undefined){
let data3 = data.responseContent;
const _errs17 = errors;
if(errors === _errs17){
if(typeof data3 === "string"){
if(data3.length < 1){
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/1/then/properties/responseContent/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/1/then/properties/responseContent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/allOf/1/then/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var _valid1 = _errs15 === errors;
valid4 = _valid1;
}
if(!valid4){
const err5 = {instancePath,schemaPath:"#/allOf/1/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid0 = _errs10 === errors;
if(valid0){
const _errs19 = errors;
const _errs20 = errors;
let valid7 = true;
const _errs21 = errors;
if(errors === _errs21){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.action !== undefined){
if("BAD_REQUEST" !== data.action){
const err6 = {};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
var _valid2 = _errs21 === errors;
errors = _errs20;
if(vErrors !== null){
if(_errs20){
vErrors.length = _errs20;
}
else {
vErrors = null;
}
}
if(_valid2){
const _errs24 = errors;
if(errors === _errs24){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.responseContent === undefined) && (missing2 = "responseContent")){
validate11.errors = [{instancePath,schemaPath:"#/allOf/2/then/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
if(data.responseContent !== undefined){
let data5 = data.responseContent;
const _errs26 = errors;
if(errors === _errs26){
if(typeof data5 === "string"){
if(data5.length < 1){
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/2/then/properties/responseContent/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/2/then/properties/responseContent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/allOf/2/then/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var _valid2 = _errs24 === errors;
valid7 = _valid2;
}
if(!valid7){
const err8 = {instancePath,schemaPath:"#/allOf/2/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid0 = _errs19 === errors;
if(valid0){
const _errs28 = errors;
const _errs29 = errors;
let valid10 = true;
const _errs30 = errors;
if(errors === _errs30){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.action !== undefined){
if("PASSWORD" !== data.action){
const err9 = {};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
var _valid3 = _errs30 === errors;
errors = _errs29;
if(vErrors !== null){
if(_errs29){
vErrors.length = _errs29;
}
else {
vErrors = null;
}
}
if(_valid3){
const _errs33 = errors;
if(errors === _errs33){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if((((data.username === undefined) && (missing3 = "username")) || ((data.password === undefined) && (missing3 = "password"))) || ((data.ticket === undefined) && (missing3 = "ticket"))){
validate11.errors = [{instancePath,schemaPath:"#/allOf/3/then/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
if(data.username !== undefined){
let data7 = data.username;
const _errs35 = errors;
if(errors === _errs35){
if(typeof data7 === "string"){
if(data7.length < 0){
validate11.errors = [{instancePath:instancePath+"/username",schemaPath:"#/allOf/3/then/properties/username/minLength",keyword:"minLength",params:{limit: 0},message:"must NOT have fewer than 0 characters"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/username",schemaPath:"#/allOf/3/then/properties/username/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid12 = _errs35 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data.password !== undefined){
let data8 = data.password;
const _errs37 = errors;
if(errors === _errs37){
if(typeof data8 === "string"){
if(data8.length < 0){
validate11.errors = [{instancePath:instancePath+"/password",schemaPath:"#/allOf/3/then/properties/password/minLength",keyword:"minLength",params:{limit: 0},message:"must NOT have fewer than 0 characters"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/password",schemaPath:"#/allOf/3/then/properties/password/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid12 = _errs37 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data.ticket !== undefined){
let data9 = data.ticket;
const _errs39 = errors;
if(errors === _errs39){
if(typeof data9 === "string"){
if(data9.length < 1){
validate11.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/allOf/3/then/properties/ticket/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/allOf/3/then/properties/ticket/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid12 = _errs39 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/allOf/3/then/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var _valid3 = _errs33 === errors;
valid10 = _valid3;
}
if(!valid10){
const err11 = {instancePath,schemaPath:"#/allOf/3/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid0 = _errs28 === errors;
if(valid0){
const _errs41 = errors;
const _errs42 = errors;
let valid13 = true;
const _errs43 = errors;
if(errors === _errs43){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.action !== undefined){
if("OK" !== data.action){
const err12 = {};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
var _valid4 = _errs43 === errors;
errors = _errs42;
if(vErrors !== null){
if(_errs42){
vErrors.length = _errs42;
}
else {
vErrors = null;
}
}
if(_valid4){
const _errs46 = errors;
if(errors === _errs46){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if((data.responseContent === undefined) && (missing4 = "responseContent")){
validate11.errors = [{instancePath,schemaPath:"#/allOf/4/then/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
if(data.responseContent !== undefined){
let data11 = data.responseContent;
const _errs48 = errors;
if(errors === _errs48){
if(typeof data11 === "string"){
if(data11.length < 1){
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/4/then/properties/responseContent/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/4/then/properties/responseContent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/allOf/4/then/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var _valid4 = _errs46 === errors;
valid13 = _valid4;
}
if(!valid13){
const err14 = {instancePath,schemaPath:"#/allOf/4/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid0 = _errs41 === errors;
if(valid0){
const _errs50 = errors;
const _errs51 = errors;
let valid16 = true;
const _errs52 = errors;
if(errors === _errs52){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.action !== undefined){
if("TOKEN_EXCHANGE" !== data.action){
const err15 = {};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
var _valid5 = _errs52 === errors;
errors = _errs51;
if(vErrors !== null){
if(_errs51){
vErrors.length = _errs51;
}
else {
vErrors = null;
}
}
if(_valid5){
const _errs55 = errors;
if(errors === _errs55){
if(!(data && typeof data == "object" && !Array.isArray(data))){
validate11.errors = [{instancePath,schemaPath:"#/allOf/5/then/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var _valid5 = _errs55 === errors;
valid16 = _valid5;
}
if(!valid16){
const err17 = {instancePath,schemaPath:"#/allOf/5/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid0 = _errs50 === errors;
if(valid0){
const _errs57 = errors;
const _errs58 = errors;
let valid18 = true;
const _errs59 = errors;
if(errors === _errs59){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.action !== undefined){
if("JWT_BEARER" !== data.action){
const err18 = {};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
var _valid6 = _errs59 === errors;
errors = _errs58;
if(vErrors !== null){
if(_errs58){
vErrors.length = _errs58;
}
else {
vErrors = null;
}
}
if(_valid6){
const _errs62 = errors;
if(errors === _errs62){
if(!(data && typeof data == "object" && !Array.isArray(data))){
validate11.errors = [{instancePath,schemaPath:"#/allOf/6/then/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var _valid6 = _errs62 === errors;
valid18 = _valid6;
}
if(!valid18){
const err20 = {instancePath,schemaPath:"#/allOf/6/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid0 = _errs57 === errors;
if(valid0){
const _errs64 = errors;
const _errs65 = errors;
let valid20 = true;
const _errs66 = errors;
if(errors === _errs66){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.action !== undefined){
if("NATIVE_SSO" !== data.action){
const err21 = {};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
var _valid7 = _errs66 === errors;
errors = _errs65;
if(vErrors !== null){
if(_errs65){
vErrors.length = _errs65;
}
else {
vErrors = null;
}
}
if(_valid7){
const _errs69 = errors;
if(errors === _errs69){
if(!(data && typeof data == "object" && !Array.isArray(data))){
validate11.errors = [{instancePath,schemaPath:"#/allOf/7/then/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var _valid7 = _errs69 === errors;
valid20 = _valid7;
}
if(!valid20){
const err23 = {instancePath,schemaPath:"#/allOf/7/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid0 = _errs64 === errors;
if(valid0){
const _errs71 = errors;
const _errs72 = errors;
let valid22 = true;
const _errs73 = errors;
if(errors === _errs73){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.action !== undefined){
if("ID_TOKEN_REISSUABLE" !== data.action){
const err24 = {};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
else {
const err25 = {};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
var _valid8 = _errs73 === errors;
errors = _errs72;
if(vErrors !== null){
if(_errs72){
vErrors.length = _errs72;
}
else {
vErrors = null;
}
}
if(_valid8){
const _errs76 = errors;
if(errors === _errs76){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing5;
if((data.responseContent === undefined) && (missing5 = "responseContent")){
validate11.errors = [{instancePath,schemaPath:"#/allOf/8/then/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
if(data.responseContent !== undefined){
let data16 = data.responseContent;
const _errs78 = errors;
if(errors === _errs78){
if(typeof data16 === "string"){
if(data16.length < 1){
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/8/then/properties/responseContent/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/allOf/8/then/properties/responseContent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/allOf/8/then/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var _valid8 = _errs76 === errors;
valid22 = _valid8;
}
if(!valid22){
const err26 = {instancePath,schemaPath:"#/allOf/8/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
validate11.errors = vErrors;
return false;
}
var valid0 = _errs71 === errors;
}
}
}
}
}
}
}
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing6;
if((data.action === undefined) && (missing6 = "action")){
validate11.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
if(data.resultCode !== undefined){
let data17 = data.resultCode;
const _errs80 = errors;
if((typeof data17 !== "string") && (data17 !== null)){
validate11.errors = [{instancePath:instancePath+"/resultCode",schemaPath:"#/properties/resultCode/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid25 = _errs80 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.resultMessage !== undefined){
let data18 = data.resultMessage;
const _errs83 = errors;
if((typeof data18 !== "string") && (data18 !== null)){
validate11.errors = [{instancePath:instancePath+"/resultMessage",schemaPath:"#/properties/resultMessage/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid25 = _errs83 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.action !== undefined){
let data19 = data.action;
const _errs86 = errors;
if(typeof data19 !== "string"){
validate11.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
if(!(((((((((data19 === "INTERNAL_SERVER_ERROR") || (data19 === "INVALID_CLIENT")) || (data19 === "BAD_REQUEST")) || (data19 === "PASSWORD")) || (data19 === "OK")) || (data19 === "TOKEN_EXCHANGE")) || (data19 === "JWT_BEARER")) || (data19 === "NATIVE_SSO")) || (data19 === "ID_TOKEN_REISSUABLE"))){
validate11.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/enum",keyword:"enum",params:{allowedValues: schema12.properties.action.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid25 = _errs86 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.responseContent !== undefined){
let data20 = data.responseContent;
const _errs88 = errors;
if((typeof data20 !== "string") && (data20 !== null)){
validate11.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/properties/responseContent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid25 = _errs88 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.username !== undefined){
let data21 = data.username;
const _errs91 = errors;
if((typeof data21 !== "string") && (data21 !== null)){
validate11.errors = [{instancePath:instancePath+"/username",schemaPath:"#/properties/username/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid25 = _errs91 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.password !== undefined){
let data22 = data.password;
const _errs94 = errors;
if((typeof data22 !== "string") && (data22 !== null)){
validate11.errors = [{instancePath:instancePath+"/password",schemaPath:"#/properties/password/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid25 = _errs94 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.ticket !== undefined){
let data23 = data.ticket;
const _errs97 = errors;
if((typeof data23 !== "string") && (data23 !== null)){
validate11.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid25 = _errs97 === errors;
}
else {
var valid25 = true;
}
}
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate11.errors = vErrors;
return errors === 0;
}

export const tokenIssueRequest = validate12;
const schema13 = {"type":"object","required":["ticket","subject"],"additionalProperties":false,"properties":{"ticket":{"type":"string","minLength":1},"subject":{"type":"string","minLength":1},"properties":{"type":"array","items":{"type":"object","required":[],"additionalProperties":false,"properties":{"key":{"type":"string"},"value":{"type":"string"},"hidden":{"type":"boolean"}}}},"jwtAtClaims":{"type":"string"},"accessToken":{"type":"string"},"accessTokenDuration":{"type":"integer"},"refreshTokenDuration":{"type":"integer"}}};

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.ticket === undefined) && (missing0 = "ticket")) || ((data.subject === undefined) && (missing0 = "subject"))){
validate12.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((((key0 === "ticket") || (key0 === "subject")) || (key0 === "properties")) || (key0 === "jwtAtClaims")) || (key0 === "accessToken")) || (key0 === "accessTokenDuration")) || (key0 === "refreshTokenDuration"))){
validate12.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length < 1){
validate12.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.subject !== undefined){
let data1 = data.subject;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(data1.length < 1){
validate12.errors = [{instancePath:instancePath+"/subject",schemaPath:"#/properties/subject/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/subject",schemaPath:"#/properties/subject/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.properties !== undefined){
let data2 = data.properties;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs8 = errors;
if(errors === _errs8){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
const _errs10 = errors;
for(const key1 in data3){
if(!(((key1 === "key") || (key1 === "value")) || (key1 === "hidden"))){
validate12.errors = [{instancePath:instancePath+"/properties/" + i0,schemaPath:"#/properties/properties/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs10 === errors){
if(data3.key !== undefined){
const _errs11 = errors;
if(typeof data3.key !== "string"){
validate12.errors = [{instancePath:instancePath+"/properties/" + i0+"/key",schemaPath:"#/properties/properties/items/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.value !== undefined){
const _errs13 = errors;
if(typeof data3.value !== "string"){
validate12.errors = [{instancePath:instancePath+"/properties/" + i0+"/value",schemaPath:"#/properties/properties/items/properties/value/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid2 = _errs13 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data3.hidden !== undefined){
const _errs15 = errors;
if(typeof data3.hidden !== "boolean"){
validate12.errors = [{instancePath:instancePath+"/properties/" + i0+"/hidden",schemaPath:"#/properties/properties/items/properties/hidden/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid2 = _errs15 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate12.errors = [{instancePath:instancePath+"/properties/" + i0,schemaPath:"#/properties/properties/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs8 === errors;
if(!valid1){
break;
}
}
}
else {
validate12.errors = [{instancePath:instancePath+"/properties",schemaPath:"#/properties/properties/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.jwtAtClaims !== undefined){
const _errs17 = errors;
if(typeof data.jwtAtClaims !== "string"){
validate12.errors = [{instancePath:instancePath+"/jwtAtClaims",schemaPath:"#/properties/jwtAtClaims/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.accessToken !== undefined){
const _errs19 = errors;
if(typeof data.accessToken !== "string"){
validate12.errors = [{instancePath:instancePath+"/accessToken",schemaPath:"#/properties/accessToken/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.accessTokenDuration !== undefined){
let data9 = data.accessTokenDuration;
const _errs21 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
validate12.errors = [{instancePath:instancePath+"/accessTokenDuration",schemaPath:"#/properties/accessTokenDuration/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.refreshTokenDuration !== undefined){
let data10 = data.refreshTokenDuration;
const _errs23 = errors;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
validate12.errors = [{instancePath:instancePath+"/refreshTokenDuration",schemaPath:"#/properties/refreshTokenDuration/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
var valid0 = _errs23 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate12.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate12.errors = vErrors;
return errors === 0;
}

export const tokenIssueResponse = validate13;
const schema14 = {"type":"object","required":["action","responseContent"],"properties":{"resultCode":{"type":"string","nullable":true},"resultMessage":{"type":"string","nullable":true},"action":{"type":"string","enum":["INTERNAL_SERVER_ERROR","OK"]},"responseContent":{"type":"string","minLength":1}}};

function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.action === undefined) && (missing0 = "action")) || ((data.responseContent === undefined) && (missing0 = "responseContent"))){
validate13.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.resultCode !== undefined){
let data0 = data.resultCode;
const _errs1 = errors;
if((typeof data0 !== "string") && (data0 !== null)){
validate13.errors = [{instancePath:instancePath+"/resultCode",schemaPath:"#/properties/resultCode/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.resultMessage !== undefined){
let data1 = data.resultMessage;
const _errs4 = errors;
if((typeof data1 !== "string") && (data1 !== null)){
validate13.errors = [{instancePath:instancePath+"/resultMessage",schemaPath:"#/properties/resultMessage/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.action !== undefined){
let data2 = data.action;
const _errs7 = errors;
if(typeof data2 !== "string"){
validate13.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
if(!((data2 === "INTERNAL_SERVER_ERROR") || (data2 === "OK"))){
validate13.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/enum",keyword:"enum",params:{allowedValues: schema14.properties.action.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.responseContent !== undefined){
let data3 = data.responseContent;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data3 === "string"){
if(data3.length < 1){
validate13.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/properties/responseContent/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate13.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/properties/responseContent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate13.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate13.errors = vErrors;
return errors === 0;
}

export const tokenFailRequest = validate14;
const schema15 = {"type":"object","required":["ticket","reason"],"additionalProperties":false,"properties":{"ticket":{"type":"string","minLength":1},"reason":{"type":"string","enum":["UNKNOWN","INVALID_RESOURCE_OWNER_CREDENTIALS","INVALID_TARGET","INVALID_CLIENT","UNAUTHORIZED_CLIENT","INVALID_SCOPE"]}}};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.ticket === undefined) && (missing0 = "ticket")) || ((data.reason === undefined) && (missing0 = "reason"))){
validate14.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "ticket") || (key0 === "reason"))){
validate14.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.ticket !== undefined){
let data0 = data.ticket;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length < 1){
validate14.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate14.errors = [{instancePath:instancePath+"/ticket",schemaPath:"#/properties/ticket/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
let data1 = data.reason;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate14.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
if(!((((((data1 === "UNKNOWN") || (data1 === "INVALID_RESOURCE_OWNER_CREDENTIALS")) || (data1 === "INVALID_TARGET")) || (data1 === "INVALID_CLIENT")) || (data1 === "UNAUTHORIZED_CLIENT")) || (data1 === "INVALID_SCOPE"))){
validate14.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/enum",keyword:"enum",params:{allowedValues: schema15.properties.reason.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate14.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate14.errors = vErrors;
return errors === 0;
}

export const tokenFailResponse = validate15;
const schema16 = {"type":"object","required":["action","responseContent"],"properties":{"resultCode":{"type":"string","nullable":true},"resultMessage":{"type":"string","nullable":true},"action":{"type":"string","enum":["INTERNAL_SERVER_ERROR","BAD_REQUEST"]},"responseContent":{"type":"string","minLength":1}}};

function validate15(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.action === undefined) && (missing0 = "action")) || ((data.responseContent === undefined) && (missing0 = "responseContent"))){
validate15.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.resultCode !== undefined){
let data0 = data.resultCode;
const _errs1 = errors;
if((typeof data0 !== "string") && (data0 !== null)){
validate15.errors = [{instancePath:instancePath+"/resultCode",schemaPath:"#/properties/resultCode/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.resultMessage !== undefined){
let data1 = data.resultMessage;
const _errs4 = errors;
if((typeof data1 !== "string") && (data1 !== null)){
validate15.errors = [{instancePath:instancePath+"/resultMessage",schemaPath:"#/properties/resultMessage/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.action !== undefined){
let data2 = data.action;
const _errs7 = errors;
if(typeof data2 !== "string"){
validate15.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
if(!((data2 === "INTERNAL_SERVER_ERROR") || (data2 === "BAD_REQUEST"))){
validate15.errors = [{instancePath:instancePath+"/action",schemaPath:"#/properties/action/enum",keyword:"enum",params:{allowedValues: schema16.properties.action.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.responseContent !== undefined){
let data3 = data.responseContent;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data3 === "string"){
if(data3.length < 1){
validate15.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/properties/responseContent/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
else {
validate15.errors = [{instancePath:instancePath+"/responseContent",schemaPath:"#/properties/responseContent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate15.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate15.errors = vErrors;
return errors === 0;
}
