export { IndexRates } from "./index-rates.tsx";
export { Products } from "./products.tsx";
export { ProductVersion } from "./product-version.tsx";
export { Users } from "./users.tsx";
export { OwnSignIn } from "./own-sign-in.tsx";
