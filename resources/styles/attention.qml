<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22" styleCategories="Symbology">
 <pipe-data-defined-properties>
  <Option type="Map">
   <Option value="" name="name" type="QString"/>
   <Option name="properties"/>
   <Option value="collection" name="type" type="QString"/>
  </Option>
 </pipe-data-defined-properties>
 <pipe>
  <provider>
   <resampling enabled="false" zoomedOutResamplingMethod="nearestNeighbour" maxOversampling="2" zoomedInResamplingMethod="nearestNeighbour"/>
  </provider>
  <rasterrenderer opacity="0.5" nodataColor="" classificationMin="0" band="1" classificationMax="1" alphaBand="-1" type="singlebandpseudocolor">
   <minMaxOrigin>
    <limits>None</limits>
    <extent>WholeRaster</extent>
    <statAccuracy>Estimated</statAccuracy>
    <cumulativeCutLower>0.02</cumulativeCutLower>
    <cumulativeCutUpper>0.98</cumulativeCutUpper>
    <stdDevFactor>2</stdDevFactor>
   </minMaxOrigin>
   <rastershader>
    <colorrampshader clip="0" classificationMode="1" minimumValue="0" labelPrecision="2" colorRampType="INTERPOLATED" maximumValue="1">
     <colorramp name="[source]" type="gradient">
      <Option type="Map">
       <Option value="0,0,4,255" name="color1" type="QString"/>
       <Option value="252,253,191,255" name="color2" type="QString"/>
       <Option value="0" name="discrete" type="QString"/>
       <Option value="gradient" name="rampType" type="QString"/>
       <Option value="0.0196078;2,2,11,255:0.0392157;5,4,22,255:0.0588235;9,7,32,255:0.0784314;14,11,43,255:0.0980392;20,14,54,255:0.117647;26,16,66,255:0.137255;33,17,78,255:0.156863;41,17,90,255:0.176471;49,17,101,255:0.196078;57,15,110,255:0.215686;66,15,117,255:0.235294;74,16,121,255:0.254902;82,19,124,255:0.27451;90,22,126,255:0.294118;98,25,128,255:0.313725;106,28,129,255:0.333333;114,31,129,255:0.352941;121,34,130,255:0.372549;129,37,129,255:0.392157;137,40,129,255:0.411765;145,43,129,255:0.431373;153,45,128,255:0.45098;161,48,126,255:0.470588;170,51,125,255:0.490196;178,53,123,255:0.509804;186,56,120,255:0.529412;194,59,117,255:0.54902;202,62,114,255:0.568627;210,66,111,255:0.588235;217,70,107,255:0.607843;224,76,103,255:0.627451;231,82,99,255:0.647059;236,88,96,255:0.666667;241,96,93,255:0.686275;244,105,92,255:0.705882;247,114,92,255:0.72549;249,123,93,255:0.745098;251,133,96,255:0.764706;252,142,100,255:0.784314;253,152,105,255:0.803922;254,161,110,255:0.823529;254,170,116,255:0.843137;254,180,123,255:0.862745;254,189,130,255:0.882353;254,198,138,255:0.901961;254,207,146,255:0.921569;254,216,154,255:0.941176;253,226,163,255:0.960784;253,235,172,255:0.980392;252,244,182,255" name="stops" type="QString"/>
      </Option>
      <prop v="0,0,4,255" k="color1"/>
      <prop v="252,253,191,255" k="color2"/>
      <prop v="0" k="discrete"/>
      <prop v="gradient" k="rampType"/>
      <prop v="0.0196078;2,2,11,255:0.0392157;5,4,22,255:0.0588235;9,7,32,255:0.0784314;14,11,43,255:0.0980392;20,14,54,255:0.117647;26,16,66,255:0.137255;33,17,78,255:0.156863;41,17,90,255:0.176471;49,17,101,255:0.196078;57,15,110,255:0.215686;66,15,117,255:0.235294;74,16,121,255:0.254902;82,19,124,255:0.27451;90,22,126,255:0.294118;98,25,128,255:0.313725;106,28,129,255:0.333333;114,31,129,255:0.352941;121,34,130,255:0.372549;129,37,129,255:0.392157;137,40,129,255:0.411765;145,43,129,255:0.431373;153,45,128,255:0.45098;161,48,126,255:0.470588;170,51,125,255:0.490196;178,53,123,255:0.509804;186,56,120,255:0.529412;194,59,117,255:0.54902;202,62,114,255:0.568627;210,66,111,255:0.588235;217,70,107,255:0.607843;224,76,103,255:0.627451;231,82,99,255:0.647059;236,88,96,255:0.666667;241,96,93,255:0.686275;244,105,92,255:0.705882;247,114,92,255:0.72549;249,123,93,255:0.745098;251,133,96,255:0.764706;252,142,100,255:0.784314;253,152,105,255:0.803922;254,161,110,255:0.823529;254,170,116,255:0.843137;254,180,123,255:0.862745;254,189,130,255:0.882353;254,198,138,255:0.901961;254,207,146,255:0.921569;254,216,154,255:0.941176;253,226,163,255:0.960784;253,235,172,255:0.980392;252,244,182,255" k="stops"/>
     </colorramp>
     <item value="0" alpha="255" label="0" color="#000004"/>
     <item value="0.0196078" alpha="255" label="0.0196" color="#02020b"/>
     <item value="0.0392157" alpha="255" label="0.0392" color="#050416"/>
     <item value="0.0588235" alpha="255" label="0.0588" color="#090720"/>
     <item value="0.0784314" alpha="255" label="0.0784" color="#0e0b2b"/>
     <item value="0.0980392" alpha="255" label="0.098" color="#140e36"/>
     <item value="0.117647" alpha="255" label="0.118" color="#1a1042"/>
     <item value="0.137255" alpha="255" label="0.137" color="#21114e"/>
     <item value="0.156863" alpha="255" label="0.157" color="#29115a"/>
     <item value="0.176471" alpha="255" label="0.176" color="#311165"/>
     <item value="0.196078" alpha="255" label="0.196" color="#390f6e"/>
     <item value="0.215686" alpha="255" label="0.216" color="#420f75"/>
     <item value="0.235294" alpha="255" label="0.235" color="#4a1079"/>
     <item value="0.254902" alpha="255" label="0.255" color="#52137c"/>
     <item value="0.27451" alpha="255" label="0.275" color="#5a167e"/>
     <item value="0.294118" alpha="255" label="0.294" color="#621980"/>
     <item value="0.313725" alpha="255" label="0.314" color="#6a1c81"/>
     <item value="0.333333" alpha="255" label="0.333" color="#721f81"/>
     <item value="0.352941" alpha="255" label="0.353" color="#792282"/>
     <item value="0.372549" alpha="255" label="0.373" color="#812581"/>
     <item value="0.392157" alpha="255" label="0.392" color="#892881"/>
     <item value="0.411765" alpha="255" label="0.412" color="#912b81"/>
     <item value="0.431373" alpha="255" label="0.431" color="#992d80"/>
     <item value="0.45098" alpha="255" label="0.451" color="#a1307e"/>
     <item value="0.470588" alpha="255" label="0.471" color="#aa337d"/>
     <item value="0.490196" alpha="255" label="0.49" color="#b2357b"/>
     <item value="0.509804" alpha="255" label="0.51" color="#ba3878"/>
     <item value="0.529412" alpha="255" label="0.529" color="#c23b75"/>
     <item value="0.54902" alpha="255" label="0.549" color="#ca3e72"/>
     <item value="0.568627" alpha="255" label="0.569" color="#d2426f"/>
     <item value="0.588235" alpha="255" label="0.588" color="#d9466b"/>
     <item value="0.607843" alpha="255" label="0.608" color="#e04c67"/>
     <item value="0.627451" alpha="255" label="0.627" color="#e75263"/>
     <item value="0.647059" alpha="255" label="0.647" color="#ec5860"/>
     <item value="0.666667" alpha="255" label="0.667" color="#f1605d"/>
     <item value="0.686275" alpha="255" label="0.686" color="#f4695c"/>
     <item value="0.705882" alpha="255" label="0.706" color="#f7725c"/>
     <item value="0.72549" alpha="255" label="0.725" color="#f97b5d"/>
     <item value="0.745098" alpha="255" label="0.745" color="#fb8560"/>
     <item value="0.764706" alpha="255" label="0.765" color="#fc8e64"/>
     <item value="0.784314" alpha="255" label="0.784" color="#fd9869"/>
     <item value="0.803922" alpha="255" label="0.804" color="#fea16e"/>
     <item value="0.823529" alpha="255" label="0.824" color="#feaa74"/>
     <item value="0.843137" alpha="255" label="0.843" color="#feb47b"/>
     <item value="0.862745" alpha="255" label="0.863" color="#febd82"/>
     <item value="0.882353" alpha="255" label="0.882" color="#fec68a"/>
     <item value="0.901961" alpha="255" label="0.902" color="#fecf92"/>
     <item value="0.921569" alpha="255" label="0.922" color="#fed89a"/>
     <item value="0.941176" alpha="255" label="0.941" color="#fde2a3"/>
     <item value="0.960784" alpha="255" label="0.961" color="#fdebac"/>
     <item value="0.980392" alpha="255" label="0.98" color="#fcf4b6"/>
     <item value="1" alpha="255" label="1" color="#fcfdbf"/>
     <rampLegendSettings prefix="" maximumLabel="" direction="0" orientation="2" suffix="" useContinuousLegend="1" minimumLabel="">
      <numericFormat id="basic">
       <Option type="Map">
        <Option value="" name="decimal_separator" type="QChar"/>
        <Option value="2" name="decimals" type="int"/>
        <Option value="0" name="rounding_type" type="int"/>
        <Option value="false" name="show_plus" type="bool"/>
        <Option value="true" name="show_thousand_separator" type="bool"/>
        <Option value="false" name="show_trailing_zeros" type="bool"/>
        <Option value="" name="thousand_separator" type="QChar"/>
       </Option>
      </numericFormat>
     </rampLegendSettings>
    </colorrampshader>
   </rastershader>
  </rasterrenderer>
  <brightnesscontrast gamma="1" brightness="0" contrast="0"/>
  <huesaturation colorizeRed="255" grayscaleMode="0" colorizeBlue="128" invertColors="0" colorizeOn="0" colorizeGreen="128" colorizeStrength="100" saturation="0"/>
  <rasterresampler maxOversampling="2"/>
  <resamplingStage>resamplingFilter</resamplingStage>
 </pipe>
 <blendMode>0</blendMode>
</qgis>
